{#
  How many standard errors a change has to have so that, of as many compared as the column says, none has it by chance in 19 months of
  20. Bonferroni's correction; the quantile follows from the normal tail being less than sqrt(2/π) exp(-z²/2) / z, and is at most .1 too large.
#}
{% macro beyond_chance(count) -%}
    {%- set start = 'ln(20e0 * greatest(' ~ count ~ ', 1))' -%}
    {%- set first = 'sqrt(2 * ' ~ start ~ ')' -%}
    {%- set second = 'sqrt(2 * (' ~ start ~ ' + ln(0.7978845608028654e0 / ' ~ first ~ ')))' -%}
    sqrt(2 * ({{ start }} + ln(0.7978845608028654e0 / {{ second }})))
{%- endmacro %}
