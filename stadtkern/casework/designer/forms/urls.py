"""Addresses of the form editor, below ``<draft>/formular/``. Programs use them too: docs/packages.md."""

from django.urls import path

from stadtkern.casework.designer.forms import freetext, intake, moves, pages, preview, views

urlpatterns = [
    path("", views.form, name="form"),
    path("anfangen/", intake.begin, name="form-begin"),
    path("uebernehmen/", intake.take_over, name="form-take-over"),
    path("datei/", intake.from_file, name="form-file"),
    path("form.xdf3.xml", intake.download, name="form-download"),
    path("angaben/", views.about, name="form-about"),
    path("neu/", views.new, name="form-new"),
    path("pruefen/", views.check, name="form-check"),
    path("element/<path:place>/", views.element, name="form-element"),
    path("verschieben/", moves.move, name="form-move"),
    path("kopieren/", moves.copy, name="form-copy"),
    path("entfernen/", moves.remove, name="form-remove"),
    path("rueckgaengig/", moves.undo, name="form-undo"),
    path("verwerfen/", moves.discard, name="form-discard"),
    path("baustein/", intake.block, name="form-block"),
    path("codeliste/", intake.code_list, name="form-code-list"),
    path("seiten/", pages.pages, name="form-pages"),
    path("regeln/", freetext.rules, name="form-rules"),
    path("vorschau/", preview.preview, name="form-preview"),
]
