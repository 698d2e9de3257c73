"""Spreadsheets of savings, in and out: reading, mapping, checking, writing (interfaces.md, import_savings).

The way in: bytes → `reading` (a `Workbook` of plain cells, bounded) → `layout` (which row is the heading, what each
column is) → `checking` (what would be added, changed and left alone, every problem by cell, every total beside its
parts) → `savings.services.imports` (one act, one transaction). The way out: `writing`. What a column may be stands in
`fields`, and what makes a row stale in `stamps`; both ways use the same.
"""
