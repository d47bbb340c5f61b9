"""The verbs: options in, a result out. Nothing here prints, prompts or exits; this is also the Python API."""
