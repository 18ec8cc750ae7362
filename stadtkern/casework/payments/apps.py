from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "stadtkern.casework.payments"
    label = "payments"
