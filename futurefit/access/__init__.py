"""Who may open what: accounts, sign-in, and what a reader's posts let them see and change."""
