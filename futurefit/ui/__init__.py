"""The shared look: figures, tables, filters, charts, exports and template tags. It knows no model."""
