from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("access", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="roleassignment",
            name="role",
            field=models.CharField(
                choices=[
                    ("caseworker", "Sachbearbeitung"),
                    ("team_lead", "Teamleitung"),
                    ("counter", "Bürgerservice (Schalter und Post)"),
                    ("service_manager", "Leistungsredaktion"),
                    ("process_designer", "Prozessgestaltung"),
                    ("administrator", "Verwaltung des Systems"),
                    ("auditor", "Revision und Datenschutz"),
                    ("records_manager", "Schriftgutverwaltung"),
                ],
                max_length=40,
                verbose_name="Rolle",
            ),
        ),
    ]
