"""The test provider's page. A real provider's pages are elsewhere."""

from __future__ import annotations

from django.urls import path

from stadtkern.casework.payments.public import views

app_name = "payments"
urlpatterns = [path("zahlung/test/<slug:transaction_id>/", views.test_page, name="test-page")]
