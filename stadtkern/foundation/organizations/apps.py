from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "stadtkern.foundation.organizations"
    label = "organizations"
