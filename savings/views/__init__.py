"""Pages of the money, one module per family. Each view names who may open it and reads top to bottom."""
