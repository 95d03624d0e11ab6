"""Questions that ask the same in other words are found, and in the bank that ships no two are."""

import random
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from bot.bank.alike import SAME_FROM, alike
from bot.bank.loading import load

CONTENT: Final = Path(__file__).parents[2] / "content"

# As a team's notes might ask what the bank asks; written by hand, before the threshold was chosen.
REPHRASED: Final = {
    "alignment-rlhf": "What are the stages of RLHF by which a pretrained LLM becomes an assistant?",
    "alignment-ppo-dpo": "PPO vs DPO for preference tuning: what does each of them need, and when do you choose which one?",
    "alignment-reward-hacking": "Why does optimising a policy hard against a learned reward model make it worse for people, and how is it kept in check?",
    "alignment-dpo-derivation": "Derive DPO's loss, starting from reward maximisation with a KL constraint to the reference policy.",
    "decoding-temperature": "What does the temperature do in text generation by a language model?",
    "decoding-top-p": "What is the difference between top-k and top-p (nucleus) sampling?",
    "decoding-beam": "Why is beam search worse than sampling for open-ended text?",
    "decoding-speculative": "Explain how speculative decoding makes a large model faster without changing its output distribution.",
    "diffusion-forward-reverse": "What are the forward and reverse processes in diffusion models?",
    "diffusion-slow-sampling": "Why is sampling from diffusion models slow and how can it be made faster?",
    "diffusion-guidance": "How does classifier-free guidance work in diffusion models?",
    "diffusion-noise-loss": "Derive the noise prediction loss of DDPM from the variational lower bound.",
    "diffusion-flow-matching": "What is the difference between flow matching and DDPM-style diffusion?",
    "evaluation-perplexity": "What is perplexity measuring, and when can't you compare it between language models?",
    "evaluation-overlap": "What do BLEU and ROUGE measure and why are they bad for open-ended text?",
    "evaluation-fid-is": "Explain FID and Inception Score. What do they miss?",
    "evaluation-hallucinations": "How do you detect hallucinations in LLMs in production?",
    "evaluation-contamination": "What is benchmark contamination for language models and how do you detect it?",
    "fine-tuning-lora": "How does LoRA work, and why is it cheaper than updating all the weights of a pretrained model?",
    "fine-tuning-transfer": "What is transfer learning and why does it work in generative AI?",
    "fine-tuning-qlora": "How does QLoRA differ from plain LoRA?",
    "fine-tuning-forgetting": "Why do LLMs forget catastrophically when fine-tuned on narrow data, and how can you limit it?",
    "fine-tuning-full-or-peft": "Full fine-tuning vs parameter-efficient methods: costs, and when to choose which?",
    "foundations-generative-discriminative": "Explain the difference between discriminative and generative models.",
    "foundations-families": "What families of generative models exist and what is each good and bad at?",
    "foundations-flows": "How do normalizing flows compute an exact likelihood?",
    "foundations-energy": "What are energy-based models and how do you sample from them?",
    "gan-training-game": "How are a GAN's two networks trained and what do they optimise?",
    "gan-mode-collapse": "What is mode collapse in GANs and how can it be mitigated?",
    "gan-wasserstein": "Which problem does the Wasserstein GAN solve and how is its critic kept Lipschitz?",
    "rag-chunking": "How do you split documents into chunks for retrieval?",
    "rag-hybrid": "Why would you combine keyword search with embeddings, and what is a reranker for?",
    "rag-hnsw": "How does an HNSW index answer queries, compared with IVF-PQ?",
    "rag-limits": "Where does RAG fail even if built with care?",
    "transformer-attention": "How is scaled dot-product attention computed and why the scaling?",
    "transformer-kv-cache": "What is stored in the KV cache during generation, and how large is it?",
    "transformer-rope": "How does RoPE encode positions, and how is it different from adding position vectors?",
    "vae-versus-autoencoder": "What does a VAE add to a plain autoencoder and why can it generate new data?",
    "vae-reparameterization": "Why is the reparameterization trick needed to train a VAE, and how does it work?",
    "vae-posterior-collapse": "What is posterior collapse in VAEs and how do you reduce it?",
    "vae-elbo-derivation": "Derive the ELBO of a VAE and say how large the gap to log p(x) is.",
}


@cache
def shipped() -> dict[str, str]:
    return {question.id: question.question for question in load(CONTENT).questions.values()}


def test_no_false_alarm():
    """No two questions of the shipped bank are called the same."""
    ids = list(shipped())
    assert [(ids[one], ids[two], percent) for one, two, percent in alike([*shipped().values()])] == []


@pytest.mark.parametrize(("name", "words"), REPHRASED.items())
def test_rephrased(name: str, words: str):
    """A question of the bank in other words is like it, and like no other."""
    ids = [*shipped(), "rephrased"]
    found = [(ids[one], ids[two]) for one, two, _ in alike([*shipped().values(), words])]
    assert found == [(name, "rephrased")]


def test_spelling():
    """Case, inflection, British and American spelling and a slip of the finger make no difference."""
    texts = [
        "How is the normalization of activations regularised?",
        "how are activations' normalisations regularized?",
        "Reparametrization of samples in autoencoders",
        "Reparameterization of a sample in an autoencoder",
    ]
    assert [(one, two) for one, two, _ in alike(texts)] == [(0, 1), (2, 3)]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("What is the difference between PPO and DPO?", "What is the difference between a GAN and a VAE?"),
        ("Explain the concept of attention.", "Explain the concept of diffusion."),
        ("", "What is it?"),
        ("", ""),
        ("这是什么", "什么是注意力"),
    ],
)
def test_unlike(one: str, two: str):
    """The words with which all questions ask make none alike, and a text without words is like nothing."""
    assert list(alike([one, two])) == []


def test_against_every_pair():
    """The index leaves nothing out: it finds what comparing each text with each other finds."""
    rng = random.Random(5)
    words = " ".join(shipped().values()).split()[:150]
    texts = [" ".join(rng.sample(words, rng.randint(3, 9))) for _ in range(120)]
    every = {(one, two): percent for one, two, percent in alike(texts, same_from=0)}
    found = {(one, two): percent for one, two, percent in alike(texts)}
    assert len(every) > 1000
    assert len(found) > 10
    assert found == {pair: percent for pair, percent in every.items() if percent >= SAME_FROM}
