from tests.casework.forms.django_fixtures import guest, online

__all__ = ["guest", "online"]
