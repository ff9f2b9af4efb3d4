{# The versions of the segmentation that are built, oldest first: each has rows in the seeds `segments` and `segment_rules`. #}
{% macro segment_versions() %}
    {{ return([1, 2]) }}
{% endmacro %}
