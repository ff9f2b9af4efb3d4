{#
  One end ('low' or 'high') of the 95 % interval of the share kept: a difference of rates divided by the rate without a contact, which
  is part of that difference. Fieller (1954), Some problems in interval estimation, JRSS B 16. Null where the rate is too uncertain
  for any bound; nobody keeps more than all.
#}
{% macro kept_share_bound(difference, variance, rate, rate_variance, end, quantile='1.959963984540054e0') -%}
    {%- set z = '(' ~ quantile ~ ' * ' ~ quantile ~ ')' -%}
    {%- set a = '(' ~ rate ~ ' * ' ~ rate ~ ' - ' ~ z ~ ' * ' ~ rate_variance ~ ')' -%}
    {%- set b = '(' ~ difference ~ ' * ' ~ rate ~ ' - ' ~ z ~ ' * ' ~ rate_variance ~ ')' -%}
    {%- set c = '(' ~ difference ~ ' * ' ~ difference ~ ' - ' ~ z ~ ' * ' ~ variance ~ ')' -%}
    case
        when {{ a }} > 0
            then least(
                ({{ b }} {{ '-' if end == 'low' else '+' }} sqrt(greatest({{ b }} * {{ b }} - {{ a }} * {{ c }}, 0e0))) / {{ a }}, 1e0
            )
    end
{%- endmacro %}
