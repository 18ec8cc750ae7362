"""Peers of the search, run in `.venv-bench`: BM25 over Snowball stems (PyStemmer) and tantivy with its German analyser.

Reads {"entries": [[key, title, synonyms, text]], "questions": [text], "limit": n} and prints {peer: [[key, …], …] or null}."""

import json
import math
import re
import sys
import tempfile
from collections import Counter, defaultdict

WORD = re.compile(r"[^\W_]+")


def snowball(entries, questions, limit):
    import Stemmer

    stemmer = Stemmer.Stemmer("german")
    postings, lengths = defaultdict(dict), []
    for number, (_, title, synonyms, text) in enumerate(entries):
        terms = Counter(stemmer.stemWords(WORD.findall(f"{title} {title} {synonyms} {text}".lower())))
        lengths.append(sum(terms.values()))
        for term, count in terms.items():
            postings[term][number] = count
    mean, results = sum(lengths) / len(lengths), []
    for question in questions:
        scores = Counter()
        for term in set(stemmer.stemWords(WORD.findall(question.lower()))):
            found = postings.get(term, {})
            idf = math.log(1 + (len(entries) - len(found) + 0.5) / (len(found) + 0.5))
            for number, count in found.items():
                scores[number] += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * lengths[number] / mean))
        results.append([entries[number][0] for number, _ in scores.most_common(limit)])
    return results


def tantivy_german(entries, questions, limit):
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw")
    for name in ("title", "synonyms", "text"):
        builder.add_text_field(name, tokenizer_name="german")
    index = tantivy.Index(builder.build(), path=tempfile.mkdtemp())
    steps = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    steps = steps.filter(tantivy.Filter.stopword("german")).filter(tantivy.Filter.stemmer("german"))
    index.register_tokenizer("german", steps.build())
    writer = index.writer(heap_size=50_000_000, num_threads=1)
    for key, title, synonyms, text in entries:
        writer.add_document(tantivy.Document(key=key, title=title, synonyms=synonyms, text=text))
    writer.commit()
    index.reload()
    searcher, results = index.searcher(), []
    for question in questions:
        words = " ".join(WORD.findall(question)) or "x"
        query = index.parse_query(words, ["title", "synonyms", "text"])
        hits = searcher.search(query, limit).hits
        results.append([searcher.doc(address)["key"][0] for _, address in hits])
    return results


def main():
    job = json.load(sys.stdin)
    found = {}
    for name, run in (("BM25 with Snowball", snowball), ("tantivy, German", tantivy_german)):
        try:
            found[name] = run(job["entries"], job["questions"], job["limit"])
        except ImportError:
            found[name] = None
    json.dump(found, sys.stdout)


main()
