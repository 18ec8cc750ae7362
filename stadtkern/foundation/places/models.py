"""Where things are: boundary, districts, streets, house numbers."""

from __future__ import annotations

from django.db import models

from stadtkern.foundation.tenancy.api import TenantModel


class Boundary(TenantModel):
    """The outline of the municipality."""

    outline = models.JSONField("Umriss (GeoJSON)")
    source = models.CharField("Quelle", max_length=300, blank=True)

    class Meta:
        verbose_name = "Gemeindegrenze"
        verbose_name_plural = "Gemeindegrenzen"
        constraints = [models.UniqueConstraint(fields=["tenant_id"], name="boundary_once_per_tenant")]


class District(TenantModel):
    """Ortsbezirk, Stadtteil or village."""

    key = models.SlugField("Kürzel")
    name = models.CharField("Name", max_length=200)
    outline = models.JSONField("Umriss (GeoJSON)", null=True, blank=True)
    schematic = models.BooleanField("schematischer Umriss", default=False)
    source = models.CharField("Quelle", max_length=300, blank=True)

    class Meta:
        verbose_name = "Ortsbezirk"
        verbose_name_plural = "Ortsbezirke"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="district_key_once_per_tenant")
        ]

    def __str__(self) -> str:
        return self.name


class Street(TenantModel):
    """A street; the same name may exist in two districts."""

    name = models.CharField("Name", max_length=200)
    district = models.ForeignKey(
        District, models.CASCADE, null=True, verbose_name="Ortsbezirk", related_name="streets"
    )
    postcode = models.CharField("Postleitzahl", max_length=10, blank=True)

    class Meta:
        verbose_name = "Straße"
        verbose_name_plural = "Straßen"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "name", "district", "postcode"], nulls_distinct=False, name="street_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Address(TenantModel):
    """One house number."""

    street = models.ForeignKey(Street, models.CASCADE, verbose_name="Straße", related_name="addresses")
    number = models.CharField("Hausnummer", max_length=20)
    longitude = models.FloatField("Länge (Grad)", null=True, blank=True)
    latitude = models.FloatField("Breite (Grad)", null=True, blank=True)

    class Meta:
        verbose_name = "Adresse"
        verbose_name_plural = "Adressen"
        constraints = [models.UniqueConstraint(fields=["tenant_id", "street", "number"], name="address_once")]
