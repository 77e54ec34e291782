"""The engine's version: a run that one version began is not gone on with by another."""

from importlib.metadata import version

ENGINE_VERSION = version("hygge-engine")
