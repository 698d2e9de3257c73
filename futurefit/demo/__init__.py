"""The demonstration: the council's papers of 2015 as data, and what loads them."""
