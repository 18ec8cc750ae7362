"""The record (E-Akte) in which every case rests, in the words of xdomea: file, process record, document.

For now: filing by cases, closing (zdA) and the retention period; circulation, disposal and CMIS come with their issue.
"""
