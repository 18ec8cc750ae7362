from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "stadtkern.foundation.accounts"
    label = "accounts"
