"""``python -m crypto_nlp`` is ``crypto-nlp``."""

from crypto_nlp.cli import main

if __name__ == "__main__":
    main()
