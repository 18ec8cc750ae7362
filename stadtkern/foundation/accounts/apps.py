from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "stadtkern.foundation.accounts"
    label = "accounts"

    def ready(self) -> None:
        from stadtkern.foundation.accounts import receivers  # noqa: F401
