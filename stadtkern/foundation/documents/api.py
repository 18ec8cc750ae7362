"""What other modules use of documents."""

from stadtkern.foundation.documents.pdf import DocumentFailed, TemplateNotFound, merge, page_count, render_pdf

__all__ = ["DocumentFailed", "TemplateNotFound", "merge", "page_count", "render_pdf"]
