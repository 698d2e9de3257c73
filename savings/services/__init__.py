"""Every write of the money, by noun: periods, lines, decisions, figures that papers state."""
