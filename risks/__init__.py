"""What could go wrong (risks and their actions) and what waits for what (dependencies)."""
