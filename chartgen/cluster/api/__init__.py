"""A cluster's API: kubectl signs in, whatever that takes; requests go through it without a program for each."""

from chartgen.cluster.api.client import Api, ApiError
from chartgen.cluster.api.connect import connect, current_context
from chartgen.cluster.api.connection import Answer
from chartgen.cluster.api.discovery import Resource

__all__ = ["Answer", "Api", "ApiError", "Resource", "connect", "current_context"]
