"""Value objects of the council's budget: plain Python, no Django, no app imports."""
