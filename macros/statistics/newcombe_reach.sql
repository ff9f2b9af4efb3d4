{#
  How far one end of Newcombe's interval lies from the difference of two rates: from the Wilson end of the one and the opposite
  end of the other. Newcombe (1998), Interval estimation for the difference between independent proportions, method 10.
#}
{% macro newcombe_reach(rate, end, other_rate, other_end) -%}
    sqrt(({{ rate }} - {{ end }}) * ({{ rate }} - {{ end }}) + ({{ other_end }} - {{ other_rate }}) * ({{ other_end }} - {{ other_rate }}))
{%- endmacro %}
