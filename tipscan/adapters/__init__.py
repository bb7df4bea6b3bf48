"""tipscan inside other frameworks; each module stands alone and imports its framework, ``import tipscan`` none."""
