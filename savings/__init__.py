"""The money: lines and positions per reporting period, decisions, figures that a paper states, and every total."""
