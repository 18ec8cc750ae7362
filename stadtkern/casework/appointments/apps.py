from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "stadtkern.casework.appointments"
    label = "appointments"
