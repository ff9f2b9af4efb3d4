{#
  Whether a group's figures must be hidden from the general public: it is smaller than var `min_group_size`. What else has to be
  hidden so that these figures do not follow from others is decided over a whole publication, in python/bank_churn/privacy.
#}
{% macro is_suppressed(client_count) -%}
    {{ client_count }} < {{ var('min_group_size') }}
{%- endmacro %}
