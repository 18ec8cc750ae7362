"""Addresses under /arbeit/post/."""

from django.urls import path

from stadtkern.foundation.notifications.desk import views

app_name = "post"
urlpatterns = [
    path("", views.post_room, name="list"),
    path("stapel/", views.create_batch, name="make-batch"),
    path("stapel/<uuid:batch_id>/", views.batch, name="batch"),
    path("stapel/<uuid:batch_id>/druck.pdf", views.batch_file, name="batch-file"),
    path("stapel/<uuid:batch_id>/gedruckt/", views.printed, name="printed"),
    path("brief/<uuid:letter_id>/", views.letter_file, name="letter-file"),
    path("brief/<uuid:letter_id>/noch-einmal/", views.again, name="reprint"),
    path("e-mails/", views.mails, name="mails"),
]
