"""The programme, its themes and projects, and what stands behind the money: milestones, measures, investment."""
