{#
  Whether a change of a rate by `rate_change`, with its interval, is more than chance brings among as many values as the column says.
  Everybody, the attribute `all`, is one question.
#}
{% macro is_sure_change(compared_count) -%}
    {%- set widened = "case when attribute = 'all' then 1e0 else " ~ beyond_chance(compared_count) ~ ' / 1.959963984540054e0 end' -%}
    coalesce(
        rate_change > {{ widened }} * (rate_change - rate_change_ci_low)
        or -rate_change > {{ widened }} * (rate_change_ci_high - rate_change), false
    )
{%- endmacro %}
