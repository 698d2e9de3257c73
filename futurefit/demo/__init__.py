"""The 2015 papers as data, and the generator of county-sized programmes."""
