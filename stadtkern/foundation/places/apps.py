from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "stadtkern.foundation.places"
    label = "places"
