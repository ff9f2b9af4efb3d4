{#
  One end ('low' or 'high') of the Wilson interval of successes / trials, 95 % unless another critical value (a SQL
  expression of a standard normal quantile) is given; null without trials.
  Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
#}
{% macro wilson_bound(successes, trials, end, critical_value=none) -%}
    {%- set z = critical_value or '1.959963984540054e0' -%}
    {%- set z_squared = '(' ~ z ~ ' * ' ~ z ~ ')' if critical_value else '3.8414588206941236e0' -%}
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
