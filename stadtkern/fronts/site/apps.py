from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "stadtkern.fronts.site"
    label = "site"
