"""How sure we are of a claim: a small transformer that reads its sentence, and the probabilities made from it.

The model never changes a claim. It says which type each figure, deed and saying of a sentence plays a part in;
:mod:`crypto_nlp.classifier.confidence` makes a probability from that and from the score of the rules.
"""
