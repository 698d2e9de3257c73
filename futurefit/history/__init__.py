"""Acts: who did what, when and why; the row histories of every other app hang on them."""
