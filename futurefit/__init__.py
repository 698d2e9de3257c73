"""FutureFit: a council's savings programme, from the line in the plan to the totals that Cabinet reads."""
