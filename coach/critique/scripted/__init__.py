"""A scripted endpoint on loopback: it speaks the protocol of a language model and is none.

It lets everybody see the whole path without an account, and plays every way in which an endpoint can fail. The name of
the model chooses the scenario, so that `COACH_LLM_MODEL=refusal` shows a refusal.
"""
