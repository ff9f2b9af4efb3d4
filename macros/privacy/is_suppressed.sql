{#
  Whether a group's figures must be hidden from the general public: it is smaller than var `min_group_size`; with
  var `suppress_complements`, also when it is the next smallest within `within` and the hidden ones together are so
  few that a subtraction from the total would give them away.
#}
{% macro is_suppressed(client_count, within, tie_breaker='dimension_value') -%}
    (
        {{ client_count }} < {{ var('min_group_size') }}
        {%- if var('suppress_complements') %}
        or coalesce(
            sum({{ client_count }}) over (
                partition by {{ within }} order by {{ client_count }}, {{ tie_breaker }}
                rows between unbounded preceding and 1 preceding
            ) < {{ var('min_group_size') }},
            false
        )
        {%- endif %}
    )
{%- endmacro %}
