{#
  One end ('low' or 'high') of the Wilson 95 % interval of successes / trials; null without trials.
  Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
#}
{% macro wilson_bound(successes, trials, end) -%}
    {%- set z, z_squared = '1.959963984540054e0', '3.8414588206941236e0' -%}
    case
        when {{ successes }} = {{ '0' if end == 'low' else trials }} and {{ trials }} > 0 then {{ '0e0' if end == 'low' else '1e0' }}
        when {{ trials }} > 0
            then (
                ({{ successes }} + {{ z_squared }} / 2) {{ '-' if end == 'low' else '+' }} {{ z }} * sqrt(
                    cast({{ successes }} as double) * ({{ trials }} - {{ successes }}) / {{ trials }} + {{ z_squared }} / 4
                )
            ) / ({{ trials }} + {{ z_squared }})
    end
{%- endmacro %}
