"""The policy pack: what a stack may deploy, decided at preview. One rule family a file, in `rules`.

`__main__.py` is what Pulumi starts. Imports in here are relative, because the folder has another name in the wheel.
"""
