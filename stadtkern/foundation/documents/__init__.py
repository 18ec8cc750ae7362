"""Tagged PDF from templates (typst)."""
