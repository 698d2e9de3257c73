from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "futurefit.demo"
    label = "demo"
