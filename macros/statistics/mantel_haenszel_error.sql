{# The standard error of the difference, from those sums; without a stratum of both there is none. #}
{% macro mantel_haenszel_error() -%}
sqrt(greatest(difference_sum / nullif(weight_sum, 0) * sato_p_sum + sato_q_sum, 0e0)) / nullif(weight_sum, 0)
{%- endmacro %}
