"""Every write to projects and the parts of their pro-forma, each part alone."""
