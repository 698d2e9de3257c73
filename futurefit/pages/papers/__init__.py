"""Papers: what a page shows as an editable Word document that can go into an agenda.

Each paper is written from the context of its page, so that a figure of the paper is the figure of the page.
"""
