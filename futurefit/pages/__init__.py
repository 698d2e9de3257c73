"""Pages that need several apps: home, programme, theme, directorate, project list, dossier, search, glossary."""
