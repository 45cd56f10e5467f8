"""Training, measuring and writing the model of :mod:`crypto_nlp.classifier`. Needs the ``train`` extra."""
