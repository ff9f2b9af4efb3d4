{#
  Whether a group's figures must be hidden from the general public: it is smaller than var `min_group_size`, or it is
  the next smallest and the hidden ones together are still so few that the total would give them away.
#}
{% macro is_suppressed(client_count, within) -%}
    (
        {{ client_count }} < {{ var('min_group_size') }}
        or coalesce(
            sum({{ client_count }}) over (
                partition by {{ within }} order by {{ client_count }}, dimension_value
                rows between unbounded preceding and 1 preceding
            ) < {{ var('min_group_size') }},
            false
        )
    )
{%- endmacro %}
