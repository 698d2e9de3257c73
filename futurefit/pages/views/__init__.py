"""One module per family of pages. Each view names who may open it and reads top to bottom."""
